package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A set of dots does what a set of dots does. */
final class DotSetTest {

    private static final List<Long> REPLICAS = List.of(1L, 2L, -1L);
    private static final int N_MAX = 12;

    @Provide
    Arbitrary<Set<Dot>> dots() {
        return Combinators.combine(Arbitraries.of(REPLICAS), Arbitraries.longs().between(1, N_MAX))
                .as(Dot::new)
                .set()
                .ofMaxSize(25);
    }

    @Property
    void setsOfEqualDotsAreEqual(@ForAll("dots") Set<Dot> left, @ForAll("dots") Set<Dot> right) {
        assertThat(setOf(left).equals(setOf(right))).isEqualTo(left.equals(right));
        assertThat(setOf(left).isEmpty()).isEqualTo(left.isEmpty());
        assertThat(dotsOf(setOf(left))).isEqualTo(left);
    }

    @Property
    void operationsAreThoseOfSets(@ForAll("dots") Set<Dot> left, @ForAll("dots") Set<Dot> right) {
        Set<Dot> union = new HashSet<>(left);
        union.addAll(right);
        Set<Dot> intersection = new HashSet<>(left);
        intersection.retainAll(right);
        assertThat(setOf(left).union(setOf(right))).isEqualTo(setOf(union));
        assertThat(setOf(left).intersection(setOf(right))).isEqualTo(setOf(intersection));
        assertThat(setOf(left).containsAll(setOf(right))).isEqualTo(left.containsAll(right));
        assertThat(setOf(union).containsAll(setOf(right))).isTrue();
    }

    @Property
    void onePartIsThatOfOneReplica(@ForAll("dots") Set<Dot> dots) {
        for (long replica : REPLICAS) {
            Set<Dot> part = new HashSet<>(dots);
            part.removeIf(dot -> dot.replica() != replica);
            assertThat(setOf(dots).of(replica)).isEqualTo(setOf(part));
            assertThat(setOf(dots).last(replica))
                    .isEqualTo(part.stream().mapToLong(Dot::n).max().orElse(0));
        }
    }

    private static DotSet setOf(Set<Dot> dots) {
        DotSet.Builder builder = new DotSet.Builder();
        dots.forEach(builder::add);
        return builder.build();
    }

    private static Set<Dot> dotsOf(DotSet set) {
        Set<Dot> dots = new HashSet<>();
        for (long replica : REPLICAS) {
            for (long n = 1; n <= N_MAX; n++) {
                Dot dot = new Dot(replica, n);
                if (set.contains(dot)) {
                    dots.add(dot);
                }
            }
        }
        return dots;
    }
}
