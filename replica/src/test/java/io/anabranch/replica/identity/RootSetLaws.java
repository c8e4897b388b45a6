package io.anabranch.replica.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class RootSetLaws {

    @Property(tries = 300)
    void whatIsNoCertificateIsRefused(@ForAll @Size(min = 1, max = 3) List<byte[]> der) {
        assertThatThrownBy(() -> RootSet.parse(der)).isInstanceOf(IdentityException.class);
    }

    @Property(tries = 1)
    void aSetHasALimit() {
        List<byte[]> many = Collections.nCopies(RootSet.COUNT_MAX + 1, new byte[1]);
        assertThatThrownBy(() -> RootSet.parse(many)).isInstanceOf(IdentityException.class);
        assertThat(RootSet.parse(List.of()).trustedBy(List.of())).isEmpty();
    }
}
