package io.anabranch.relay.authority;

import io.anabranch.replica.identity.Identity;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/** The names in a relay's certificate: that it is the relay, this machine's own, and those it is reached by. */
final class ServerNames {

    static final int HOSTS_MAX = 100;

    private static final List<String> ALWAYS = List.of(Identity.RELAY_NAME, "localhost", "127.0.0.1", "::1");
    private static final int DNS_LENGTH_MAX = 253;
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern DNS = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    private ServerNames() {}

    static GeneralNames of(Collection<String> hosts) {
        Set<String> names = new LinkedHashSet<>(ALWAYS);
        names.addAll(hosts);
        if (hosts.size() > HOSTS_MAX) {
            throw new IllegalArgumentException("A relay has at most " + HOSTS_MAX + " host names: " + hosts.size());
        }
        return new GeneralNames(names.stream().map(ServerNames::name).toArray(GeneralName[]::new));
    }

    private static GeneralName name(String host) {
        if (IPAddress.isValid(host)) {
            return new GeneralName(GeneralName.iPAddress, host);
        }
        if (host.length() <= DNS_LENGTH_MAX && DNS.matcher(host).matches()) {
            return new GeneralName(GeneralName.dNSName, host);
        }
        throw new IllegalArgumentException("Neither an IP address nor a host name: " + host);
    }
}
