package io.anabranch.crdt;

import io.anabranch.crdt.testkit.CanonicalBytesLaws;
import io.anabranch.crdt.testkit.DeltaLaws;
import io.anabranch.crdt.testkit.JoinLaws;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** How a user applies the law sets to a type of their own: here a register that keeps the greatest number. */
final class MaximumLaws implements JoinLaws<Long>, DeltaLaws<Long, Long>, CanonicalBytesLaws<Long> {

    @Override
    public Long join(Long left, Long right) {
        return Math.max(left, right);
    }

    @Override
    public Arbitrary<List<Long>> meeting() {
        return Arbitraries.longs().list().ofMinSize(1).ofMaxSize(4);
    }

    @Override
    public Long joinDelta(Long state, Long delta) {
        return join(state, delta);
    }

    @Override
    public Arbitrary<Mutations<Long, Long>> mutations() {
        return meeting().map(raises -> new Mutations<>(0L, raises, Math.max(0L, greatest(raises))));
    }

    private static long greatest(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    @Override
    public Arbitrary<List<Long>> encodable() {
        return meeting();
    }

    @Override
    public byte[] encode(Long state) {
        return ByteBuffer.allocate(8).putLong(state).array();
    }

    @Override
    public Long decode(byte[] bytes) {
        if (bytes.length != 8) {
            throw new IllegalArgumentException("a number has 8 bytes");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    @Override
    public Class<? extends RuntimeException> malformed() {
        return IllegalArgumentException.class;
    }
}
