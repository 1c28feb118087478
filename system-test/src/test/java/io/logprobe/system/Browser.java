package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/// A headless Chromium of its own: `LOGPROBE_CHROMIUM`, or Debian's packages `chromium` and `chromium-driver`.
final class Browser implements AutoCloseable {

    private static final Path DEBIAN_CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String DRIVER = "chromedriver";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ChromeDriver driver;
    private final List<String> answers = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /// Skips the tests where there is no browser; where there is one, its driver is required.
    static Path require() {
        Optional<Path> named = Optional.ofNullable(System.getenv("LOGPROBE_CHROMIUM"))
                .filter(path -> !path.isBlank())
                .map(Path::of);
        named.ifPresent(chromium -> assertThat(chromium).as("LOGPROBE_CHROMIUM").isExecutable());
        Path chromium = named.orElse(DEBIAN_CHROMIUM);
        assumeTrue(
                Files.isExecutable(chromium),
                () -> "there is no browser: neither LOGPROBE_CHROMIUM is set nor is " + DEBIAN_CHROMIUM
                        + " there (Debian: apt-get install chromium chromium-driver)");
        return chromium;
    }

    /// @param profile an empty folder
    static Browser start(Path chromium, Path profile) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toString());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
        return new Browser(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driverOf(chromium).toFile())
                        .usingAnyFreePort()
                        .build(),
                options));
    }

    /// The driver beside the browser, or Debian's; named outright, since Selenium would download one otherwise.
    private static Path driverOf(Path chromium) {
        Path beside = chromium.resolveSibling(DRIVER);
        Path driver = Files.isExecutable(beside) ? beside : DEBIAN_CHROMIUM.resolveSibling(DRIVER);
        assertThat(driver).as("the driver of " + chromium).isExecutable();
        return driver;
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /// The address that the browser shows.
    URI address() {
        return URI.create(driver.getCurrentUrl());
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /// The element that the keyboard acts on.
    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    /// How wide the page is; wider than the window, and it has to be scrolled.
    long scrollWidth() {
        return (Long) driver.executeScript("return document.documentElement.scrollWidth");
    }

    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /// From now on requests for addresses of these patterns, and for no others, find nobody who answers.
    void cutOff(String... patterns) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setBlockedURLs", Map.of("urls", List.of(patterns)));
    }

    /// On pages opened from now on, requests of scripts for addresses that begin so are answered with this, and nobody
    /// is asked. The later of two answers counts.
    void answer(String path, int status, String json) {
        String answer = new Json().toJson(Map.of("path", path, "status", status, "json", json));
        Object script = driver.executeCdpCommand(
                        "Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                {
                  const answer = %s, truly = window.fetch;
                  (window.answers ??= []).push(answer);
                  window.fetch = (address, ...rest) => window.answers.includes(answer) && address.startsWith(answer.path)
                    ? Promise.resolve(new Response(answer.json, { status: answer.status }))
                    : truly(address, ...rest);
                }
                """.formatted(answer)))
                .get("identifier");
        answers.add(script.toString());
    }

    /// From now on every request is answered by whom it is sent to, on the page that is shown too.
    void answerTruly() {
        answers.forEach(script ->
                driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script)));
        answers.clear();
        driver.executeScript("window.answers = []");
    }

    /// The visible field with this name, as a screen reader tells it.
    WebElement field(String name) {
        return named("input, textarea, select", name);
    }

    /// The visible button with this name, as a screen reader tells it.
    WebElement button(String name) {
        return named("button", name);
    }

    /// Where the visible link with this name leads.
    String link(String name) {
        return named("a", name).getDomProperty("href");
    }

    /// What the elements show, in the order of the page. Those that the page replaces meanwhile are looked for again.
    List<String> texts(String selector) {
        return untilNoneIsReplaced(
                () -> all(selector).stream().map(WebElement::getText).toList());
    }

    /// Follows the visible link with this name.
    void follow(String name) {
        named("a", name).click();
    }

    /// Chooses what is called so in the visible list with this name.
    void choose(String name, String option) {
        field(name).findElements(By.tagName("option")).stream()
                .filter(each -> each.getText().equals(option))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(name + " offers no " + option))
                .click();
    }

    /// What happens when somebody comes back to the page from another one.
    void comeBack() {
        driver.executeScript("document.dispatchEvent(new Event('visibilitychange'))");
    }

    /// How often the page has had something from this address, and been told that it is as it was before.
    long unchangedAnswers(String path) {
        return (Long) driver.executeScript("""
                return performance.getEntriesByType("resource")
                  .filter(({ name, transferSize, encodedBodySize }) => name.endsWith(arguments[0]) && transferSize < encodedBodySize)
                  .length""", path);
    }

    private WebElement named(String selector, String name) {
        return untilNoneIsReplaced(() -> firstNamed(selector, name));
    }

    private static <T> T untilNoneIsReplaced(Supplier<T> look) {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .ignoreException(StaleElementReferenceException.class)
                .until(look::get, found -> true);
    }

    private WebElement firstNamed(String selector, String name) {
        return all(selector).stream()
                .filter(WebElement::isDisplayed)
                .filter(element -> element.getAccessibleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no " + selector + " is called " + name));
    }

    /// Waits until what is claimed of a page that changes is true.
    void eventually(ThrowingRunnable claim) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsMatching(
                        e -> e instanceof StaleElementReferenceException || e instanceof NoSuchElementException)
                .untilAsserted(claim);
    }

    /// What scripts and the content policy complained about since the last call; refused requests are no complaint.
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
