package io.anabranch.relay.server.web;

import io.anabranch.relay.server.web.Overview.DeviceLine;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;

/** The first page. It is complete without its script, which only renews the numbers. */
final class OverviewPage {

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Anabranch relay</title>
            <link rel="icon" href="/console.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/console.css">
            <script src="/console.js" defer></script>
            </head>
            <body>
            <header>
            <h1>Anabranch relay</h1>
            <p id="freshness" role="status">as of %s</p>
            </header>
            <main>
            <section aria-label="Numbers">
            <dl class="numbers">
            %s</dl>
            </section>
            <section aria-labelledby="problems-title"%s>
            <h2 id="problems-title">Rules that give nothing</h2>
            <ul id="problems">
            %s</ul>
            </section>
            <section aria-labelledby="devices-title">
            <h2 id="devices-title">Devices</h2>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="devices-title">
            <table id="devices">
            <thead><tr><th scope="col">User</th><th scope="col">Device</th><th scope="col">Replica</th>\
            <th scope="col">Connection</th><th scope="col">Last sync</th><th scope="col" class="number">Behind</th>\
            <th scope="col" class="number">Pending</th><th scope="col" class="number">Errors</th></tr></thead>
            <tbody>
            %s</tbody>
            </table>
            </div>
            <p id="no-devices"%s>No device is enrolled. Print a code with <code>anabranch relay enrol-code NAME</code>,\
             then on the device run <code>anabranch device enrol</code>.</p>
            </section>
            <section aria-labelledby="records-title">
            <h2 id="records-title">Records</h2>
            <table id="records">
            <thead><tr><th scope="col">Type</th><th scope="col" class="number">Living records</th></tr></thead>
            <tbody>
            %s</tbody>
            </table>
            </section>
            </main>
            <footer><p>Version <span id="version">%s</span>, up since <time>%s</time></p></footer>
            </body>
            </html>
            """;

    private OverviewPage() {}

    static String html(Overview overview) {
        return PAGE.formatted(
                time(overview.relayMillis()),
                numbers(overview),
                overview.problems().isEmpty() ? " hidden" : "",
                overview.problems().stream()
                        .map(problem -> "<li>" + escape(problem) + "</li>\n")
                        .collect(Collectors.joining()),
                overview.devices().stream()
                        .map(line -> device(line, overview.relayMillis()))
                        .collect(Collectors.joining()),
                overview.devices().isEmpty() ? "" : " hidden",
                overview.recordsByType().entrySet().stream()
                        .map(OverviewPage::type)
                        .collect(Collectors.joining()),
                escape(overview.version()),
                time(overview.startedMillis()));
    }

    private static String numbers(Overview overview) {
        return number("connected", "Devices connected", overview.connected())
                + number("enrolled", "Devices enrolled", overview.devices().size())
                + number("users", "Users", overview.users())
                + number("record-count", "Records", overview.records())
                + number("sequence", "Head position", overview.sequence());
    }

    private static String number(String id, String label, long value) {
        return "<div><dt>%s</dt><dd id=\"%s\">%d</dd></div>\n".formatted(label, id, value);
    }

    private static String device(DeviceLine device, long nowMillis) {
        return ("<tr><td>%s</td><td>%s</td><td><code>%s</code></td><td class=\"%s\">%s</td><td>%s</td>"
                        + "<td class=\"number\">%d</td><td class=\"number\">%d</td><td class=\"number%s\">%d</td></tr>\n")
                .formatted(
                        escape(device.user()),
                        escape(device.name()),
                        escape(device.replica()),
                        device.connected() ? "on" : "off",
                        device.connected() ? "connected" : "away",
                        ago(device.lastSyncMillis(), nowMillis),
                        device.behind(),
                        device.pending(),
                        device.errors() > 0 ? " bad" : "",
                        device.errors());
    }

    private static String type(Map.Entry<String, Long> type) {
        return "<tr><td>%s</td><td class=\"number\">%d</td></tr>\n".formatted(escape(type.getKey()), type.getValue());
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The same words as {@code ago} in the script. */
    private static String ago(long millis, long nowMillis) {
        if (millis == 0) {
            return "never";
        }
        long seconds = Math.max(0, Duration.ofMillis(nowMillis - millis).toSeconds());
        if (seconds < 60) {
            return seconds + " s ago";
        } else if (seconds < 3_600) {
            return seconds / 60 + " min ago";
        }
        return seconds < 86_400 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
    }

    /** Text from users, inert as text and in quoted attributes. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(character);
            }
        }
        return escaped.toString();
    }
}
