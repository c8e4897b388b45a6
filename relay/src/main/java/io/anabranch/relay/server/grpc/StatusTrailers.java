package io.anabranch.relay.server.grpc;

import io.anabranch.relay.admission.ForkedHistoryException;
import io.anabranch.replica.grpc.Refusals;
import io.grpc.Status;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;

/** A status as the gRPC protocol writes it: a number, and a text of printable ASCII with the rest percent-encoded. */
final class StatusTrailers {

    private static final String HEXADECIMAL = "0123456789ABCDEF";
    private static final int TEXT_LENGTH_MAX = 1_000;

    private StatusTrailers() {}

    static void put(MultiMap headers, Status status) {
        headers.set("grpc-status", Integer.toString(status.getCode().value()));
        String text = status.getDescription();
        if (text != null) {
            headers.set("grpc-message", encode(text));
        }
        if (status.getCause() instanceof RevokedException) {
            headers.set(Refusals.TRAILER, Refusals.REVOKED);
        } else if (status.getCause() instanceof ForkedHistoryException) {
            headers.set(Refusals.TRAILER, Refusals.COPIED);
        }
    }

    private static String encode(String text) {
        String cut = text.substring(0, Math.min(text.length(), TEXT_LENGTH_MAX));
        StringBuilder encoded = new StringBuilder(cut.length());
        for (byte octet : cut.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HEXADECIMAL.charAt(octet >> 4 & 15)).append(HEXADECIMAL.charAt(octet & 15));
            }
        }
        return encoded.toString();
    }
}
