package io.anabranch.replica.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.wire.MalformedMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever two sides hold, the asking one learns just where they differ, at the price of the difference. */
final class ReconcileLaws {

    private final Map<String, String> left = new TreeMap<>();
    private final Map<String, String> right = new TreeMap<>();
    private long rounds;
    private long bytes;
    private int messageSizeMax;

    @Property(tries = 300)
    void whatIsFoundIsTheSymmetricDifference(
            @ForAll long seed,
            @ForAll @IntRange(max = 3_000) int size,
            @ForAll @IntRange(max = 100) int differing,
            @ForAll @IntRange(min = 1, max = 4_000) int messageSize) {
        Random random = new Random(seed);
        fill(random, size, differing / 100.0 * random.nextDouble());
        assertThat(found(messageSize)).isEqualTo(expected());
    }

    @Property(tries = 50)
    void oneSideMayHaveNothing(@ForAll long seed, @ForAll @IntRange(max = 5_000) int size, @ForAll boolean mine) {
        fill(new Random(seed), size, 0);
        (mine ? left : right).clear();
        assertThat(found(2_000)).isEqualTo(expected());
    }

    /** A scattered difference costs a path down the tree, some 4 KB here; many neighbours share it. */
    @Test
    void theCostIsThatOfTheDifference() {
        fill(new Random(1), 100_000, 0);
        assertThat(found(Comparer.MESSAGE_SIZE_TARGET)).isEmpty();
        assertThat(rounds).isEqualTo(1);
        assertThat(bytes).isLessThan(2_000);
        for (int scattered : new int[] {1, 10, 100, 1_000}) {
            Random random = new Random(scattered);
            for (int i = 0; i < scattered; i++) {
                right.put("account\0" + random.nextInt(1 << 30), "other");
            }
            int differences = expected().size();
            assertThat(found(Comparer.MESSAGE_SIZE_TARGET)).hasSize(differences);
            assertThat(bytes / differences)
                    .as("bytes a difference of %d", differences)
                    .isLessThan(6_000);
            assertThat(rounds).as("rounds for %d", differences).isLessThan(5 + bytes / 8_000);
            right.keySet().retainAll(left.keySet());
        }
    }

    @Test
    void neighboursShareTheCost() {
        fill(new Random(1), 20_000, 0);
        left.keySet().stream().skip(7_000).limit(1_000).toList().forEach(key -> right.put(key, "other"));
        assertThat(found(Comparer.MESSAGE_SIZE_TARGET)).isEqualTo(expected());
        assertThat(bytes / 1_000).isLessThan(100);
        assertThat(rounds).isLessThan(10);
    }

    @Test
    void messagesKeepToTheirSize() {
        fill(new Random(5), 30_000, 0.5);
        assertThat(found(4_000)).isEqualTo(expected());
        assertThat(messageSizeMax).isLessThan(8_000);
    }

    @Property(tries = 400)
    void damagedMessagesAreRefusedOrMeanSomething(@ForAll long seed) {
        Random random = new Random(seed);
        fill(random, random.nextInt(400), random.nextDouble());
        Comparison comparison = new Comparison(items(left), hash());
        Comparer comparer = new Comparer(hash());
        try {
            for (int i = 0; i < 200 && !comparison.isOver(); i++) {
                byte[] question = damaged(Objects.requireNonNull(comparison.next()), random);
                comparison.receive(damaged(comparer.answer(question, items(right)), random));
            }
        } catch (MalformedMessageException expected) {
            assertThat(expected).hasMessageNotContaining("null");
        }
    }

    @Property(tries = 500)
    void noiseIsRefused(@ForAll byte[] noise, @ForAll boolean question) {
        byte[] message = new byte[noise.length + 1];
        message[0] = (byte) (question ? 1 : 2);
        System.arraycopy(noise, 0, message, 1, noise.length);
        Comparison comparison = new Comparison(items(left), hash());
        comparison.next();
        try {
            if (question) {
                new Comparer(hash()).answer(message, items(left));
            } else {
                comparison.receive(message);
            }
        } catch (MalformedMessageException expected) {
            assertThat(expected).hasMessageNotContaining("null");
        }
    }

    private static byte[] damaged(byte[] message, Random random) {
        byte[] copy = message.clone();
        if (random.nextInt(3) == 0) {
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(copy, random.nextInt(copy.length + 4)) : copy;
    }

    private void fill(Random random, int size, double differing) {
        left.clear();
        right.clear();
        for (int i = 0; i < size; i++) {
            String key = (random.nextBoolean() ? "account\0" : "call\0") + random.nextInt(1 << 30);
            String state = "state " + random.nextInt(1 << 20);
            int way = random.nextDouble() < differing ? random.nextInt(3) : 3;
            if (way != 0) {
                left.put(key, state);
            }
            if (way != 1) {
                right.put(key, way == 2 ? state + "'" : state);
            }
        }
    }

    private Set<String> expected() {
        Set<String> expected = new TreeSet<>();
        Set<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            if (!Objects.equals(left.get(key), right.get(key))) {
                expected.add(text(key, left.containsKey(key), right.containsKey(key)));
            }
        }
        return expected;
    }

    private Set<String> found(int messageSize) {
        Comparison comparison = new Comparison(items(left), hash(), messageSize);
        Comparer comparer = new Comparer(hash(), messageSize);
        Items theirs = items(right);
        Set<String> found = new TreeSet<>();
        rounds = 0;
        bytes = 0;
        for (byte[] question = comparison.next(); question != null; question = comparison.next()) {
            byte[] answers = comparer.answer(question, theirs);
            for (Difference difference : comparison.receive(answers)) {
                String key = new String(difference.key(), StandardCharsets.UTF_8);
                assertThat(found.add(text(key, difference.here(), difference.there())))
                        .isTrue();
            }
            rounds++;
            bytes += question.length + answers.length;
            messageSizeMax = Math.max(messageSizeMax, Math.max(question.length, answers.length));
        }
        return found;
    }

    private static String text(String key, boolean here, boolean there) {
        return key + (here ? " here" : "") + (there ? " there" : "");
    }

    private static Items items(Map<String, String> of) {
        MapItems items = new MapItems();
        of.forEach(items::put);
        return items;
    }

    private static ItemHash hash() {
        return new ItemHash("a key of 16 byte".getBytes(StandardCharsets.UTF_8));
    }
}
