package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.cuda.CublasLtSearch.Result.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where cuBLASLt is looked for, and what is said where none works.
class CublasLtSearchTest {

    @TempDir
    Path root;

    private String library(String installation, String soname) throws IOException {
        Path folder = Files.createDirectories(root.resolve(installation).resolve("lib64"));
        return Files.createFile(folder.resolve(soname)).toString();
    }

    @Test
    void theNewestVersionComesFirstAndTheLoaderBeforeFoldersThatItNeedNotKnow() throws IOException {
        String twelve = library("cuda-12.8", "libcublasLt.so.12");
        String thirteen = library("cuda-13.0", "libcublasLt.so.13");
        String usual = library("cuda", "libcublasLt.so.13");
        library("cuda-11.8", "libcublasLt.so.12");
        library("cudnn", "libcublasLt.so.13");

        List<String> candidates = CublasLtSearch.candidates(List.of(root, root.resolve("nowhere")));

        assertThat(candidates).containsExactly("libcublasLt.so.13", usual, thirteen, "libcublasLt.so.12", twelve);
    }

    @Test
    void aHostWithoutCublasIsTold() {
        String nowhere = root.resolve("libcublasLt.so.13").toString();

        assertThat(CublasLtSearch.search(List.of(nowhere)))
                .isEqualTo(new NotFound("there is no cuBLAS (libcublasLt.so.13 or libcublasLt.so.12)"));
    }

    @Test
    void whatHoldsNoCublasIsToldByItsName() {
        assertThat(CublasLtSearch.search(List.of("libm.so.6")))
                .isEqualTo(new NotFound("libm.so.6 has no function cublasLtCreate"));
    }

    @Test
    void ownKernelsInsteadOfCublasAreToldAsSlower() {
        assertThat(new KernelGemm(null, "there is no cuBLAS").slowness())
                .hasValue("there is no cuBLAS; own matrix kernels multiply, slower");
        assertThat(new KernelGemm(null, "").slowness()).isEmpty();
    }
}
