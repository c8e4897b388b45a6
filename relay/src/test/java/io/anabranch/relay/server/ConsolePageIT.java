package io.anabranch.relay.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first page in a browser: it renews itself, and its own policy stops none of it. */
class ConsolePageIT {

    @TempDir
    private Path directory;

    private static Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> Assumptions.abort("There is no Chromium here: apt-get install chromium"));
    }

    @Test
    void thePageRenewsItselfAndItsPolicyStopsNothing() {
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setExecutablePath(chromium())
                .setArgs(List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync"));
        Map<String, String> environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(directory));
                Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
                Browser browser = playwright.chromium().launch(options)) {
            Page page = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true))
                    .newPage();
            List<String> complaints = new ArrayList<>();
            page.onConsoleMessage(message -> complaints.add(message.text()));
            page.onPageError(complaints::add);
            page.navigate("https://" + relay.address() + "/");
            assertThat(page.locator("h1")).hasText("Anabranch relay");
            assertThat(page.locator("#no-devices")).isVisible();
            TestDevice.enrol(relay, "<b>ann</b>", 7).close();
            assertThat(page.locator("#devices tbody tr td").first()).hasText("<b>ann</b>");
            assertThat(page.locator("#enrolled")).hasText("1");
            assertThat(page.locator("#no-devices")).isHidden();
            Assertions.assertThat(complaints).isEmpty();
        }
    }
}
