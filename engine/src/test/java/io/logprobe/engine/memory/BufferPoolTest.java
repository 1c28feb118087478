package io.logprobe.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private final BufferPool pool = new BufferPool();

    @AfterEach
    void free() {
        pool.close();
    }

    @Test
    void lendsMemoryThatCameBackWhenItIsLargeEnough() {
        long address;
        try (BufferPool.Loan loan = pool.borrow(10_000)) {
            address = loan.data().address();
        }

        try (BufferPool.Loan loan = pool.borrow(5_000)) {
            assertThat(loan.data().address()).isEqualTo(address);
            assertThat(loan.data().byteSize()).isEqualTo(5_000);
        }
    }

    @Test
    void lendsLargerMemoryWhenWhatCameBackIsTooSmall() {
        pool.borrow(100).close();

        try (BufferPool.Loan loan = pool.borrow(100_000)) {
            loan.data().fill((byte) 1);

            assertThat(loan.data().byteSize()).isEqualTo(100_000);
        }
    }

    @Test
    void lendsToTwoAtATimeDifferentMemory() {
        try (BufferPool.Loan one = pool.borrow(5_000);
                BufferPool.Loan other = pool.borrow(5_000)) {
            assertThat(one.data().asOverlappingSlice(other.data())).isEmpty();
        }
    }

    @Test
    void freesWhatComesBackAfterItsEnd() {
        BufferPool.Loan loan = pool.borrow(5_000);
        pool.close();
        loan.data().fill((byte) 1);

        loan.close();

        assertThatThrownBy(loan::data).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
