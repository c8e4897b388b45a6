package io.anabranch.replica.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharingMapTest {

    @Test
    void isAsASortedMapAfterAnyChangesAndLeavesEarlierOnesAlone() {
        SplittableRandom random = new SplittableRandom(7);
        SharingMap<String, Integer> map = SharingMap.empty();
        Map<String, Integer> model = new TreeMap<>();
        SharingMap<String, Integer> early = map;
        Map<String, Integer> earlyModel = Map.of();
        for (int step = 0; step < 2_000; step++) {
            String key = "user" + random.nextInt(200);
            if (random.nextInt(3) == 0) {
                map = map.without(key);
                model.remove(key);
            } else {
                map = map.with(key, step);
                model.put(key, step);
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
            if (step == 1_000) {
                early = map;
                earlyModel = Map.copyOf(model);
            }
        }
        assertThat(new ArrayList<>(map.entrySet())).isEqualTo(new ArrayList<>(model.entrySet()));
        assertThat(map).isEqualTo(model).hasSize(model.size());
        assertThat(early).isEqualTo(earlyModel);
    }
}
