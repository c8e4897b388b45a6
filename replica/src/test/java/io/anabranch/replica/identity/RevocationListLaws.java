package io.anabranch.replica.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Revocation;
import io.anabranch.proto.SignedStatement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Lists as they are stored; that they are signed is tested where there is an authority. */
class RevocationListLaws {

    private static SignedStatement statement(long version, Map<Long, Long> fromSeqs) {
        TreeMap<Long, Long> sorted = new TreeMap<>(Long::compareUnsigned);
        sorted.putAll(fromSeqs);
        var list = io.anabranch.proto.RevocationList.newBuilder().setVersion(version);
        sorted.forEach((replica, seq) -> list.addRevocations(
                Revocation.newBuilder().setReplica(replica).setFromSeq(seq).setRevokedMillis(1)));
        return SignedStatement.newBuilder()
                .setStatement(list.build().toByteString())
                .build();
    }

    @Property(tries = 200)
    void tellsWhichCommitsCount(
            @ForAll @Size(max = 20) Map<Long, @LongRange(min = 1, max = 9) Long> fromSeqs,
            @ForAll long other,
            @ForAll @LongRange(min = 1, max = 10) long seq) {
        RevocationList list = RevocationList.decode(statement(7, fromSeqs).toByteArray());
        assertThat(list.version()).isEqualTo(7);
        fromSeqs.forEach(
                (replica, from) -> assertThat(list.isRevoked(replica, seq)).isEqualTo(seq >= from));
        Assume.that(!fromSeqs.containsKey(other));
        assertThat(list.isRevoked(other, seq)).isFalse();
        assertThat(RevocationList.decode(list.encoded()).all()).isEqualTo(list.all());
        assertThat(list.includes(RevocationList.NONE)).isTrue();
        assertThat(RevocationList.NONE.includes(list)).isEqualTo(fromSeqs.isEmpty());
    }

    @Property(tries = 500)
    void anyOtherBytesAreRefusedAsMalformed(@ForAll byte[] bytes, @ForAll byte[] inner) {
        refusedOrRead(bytes);
        refusedOrRead(SignedStatement.newBuilder()
                .setStatement(ByteString.copyFrom(inner))
                .build()
                .toByteArray());
    }

    @Property(tries = 300)
    void aDamagedListIsReadOrRefusedAsMalformed(
            @ForAll @Size(min = 1, max = 5) Map<Long, @LongRange(min = 1, max = 9) Long> fromSeqs,
            @ForAll int at,
            @ForAll byte value) {
        byte[] bytes = statement(3, fromSeqs).toByteArray();
        bytes[Math.floorMod(at, bytes.length)] = value;
        refusedOrRead(bytes);
    }

    private static void refusedOrRead(byte[] bytes) {
        try {
            assertThat(RevocationList.decode(bytes).version()).isGreaterThanOrEqualTo(0);
        } catch (IdentityException e) {
            assertThat(e).hasMessage("A list of revocations is malformed.");
        }
    }

    @Property(tries = 50)
    void entriesOutOfOrderAreRefused(@ForAll long replica) {
        Revocation entry =
                Revocation.newBuilder().setReplica(replica).setFromSeq(1).build();
        var list =
                io.anabranch.proto.RevocationList.newBuilder().setVersion(2).addAllRevocations(List.of(entry, entry));
        byte[] bytes = SignedStatement.newBuilder()
                .setStatement(list.build().toByteString())
                .build()
                .toByteArray();
        assertThatThrownBy(() -> RevocationList.decode(bytes)).isInstanceOf(IdentityException.class);
    }
}
