package io.anabranch.replica.grpc;

/**
 * Where a relay listens.
 *
 * @param host a name or an IP address, IPv6 without brackets
 * @param port from 1 to 65535
 */
public record RelayAddress(String host, int port) {

    /** Checks both. */
    public RelayAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a relay's address is not HOST:PORT: " + host + ":" + port);
        }
    }

    /** Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or the same after {@code https://}. */
    public static RelayAddress parse(String text) {
        String address = text.strip().replaceFirst("^https://", "").replaceFirst("/$", "");
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("a relay's address is not HOST:PORT: " + text);
        }
        String host = address.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
        try {
            return new RelayAddress(host, Integer.parseInt(address.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a relay's address is not HOST:PORT: " + text, e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
