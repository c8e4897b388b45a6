package io.anabranch.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The changes of one edit to one field. */
final class FieldEdit {

    private final FieldName name;
    private final @Nullable Field view;
    private final @Nullable Field base;
    /** Element to whether it is added (true) or only removed. */
    private final Map<Value, Boolean> elements = new TreeMap<>();

    private boolean supersedesAll;
    private boolean present;
    private @Nullable Value written;
    private long amount;

    FieldEdit(FieldName name, @Nullable Field view, @Nullable Field base) {
        this.name = name;
        this.view = view;
        this.base = base;
    }

    FieldName name() {
        return name;
    }

    void write(Value value) {
        supersedeAll();
        present = true;
        written = value;
    }

    /** Adds an element, or without one just presence. */
    void add(@Nullable Value element) {
        if (element != null) {
            elements.put(element, true);
        } else {
            supersedesAll = true;
            present = true;
        }
    }

    void remove(Value element) {
        elements.put(element, false);
    }

    void increment(long by) {
        amount += by;
    }

    /** Undoes what was observed, not what this edit wrote. */
    void supersedeObserved() {
        supersedesAll = true;
    }

    /** Undoes what was observed and what this edit wrote before. */
    void supersedeAll() {
        supersedesAll = true;
        present = false;
        written = null;
        amount = 0;
        elements.clear();
    }

    /** The entries written, with dots from {@code firstN}; adds them and the superseded ones to the delta's context. */
    List<Entry> build(RecordEdit.Author author, long firstN, DotSet.Builder dots) {
        supersede(view, dots);
        supersede(base, dots);
        List<Entry> entries = new ArrayList<>();
        if (present) {
            boolean stamped = name.kind().equals(Kind.REGISTER) || name.kind().equals(Kind.MULTI);
            entries.add(new Entry(null, new Dot(author.replica(), firstN), stamped ? author.stamp() : 0, written));
        }
        long increment = increment();
        if (increment != 0) {
            entries.add(new Entry(null, new Dot(author.replica(), firstN), 0, Value.of(increment)));
        }
        for (Map.Entry<Value, Boolean> element : elements.entrySet()) {
            if (element.getValue()) {
                entries.add(new Entry(element.getKey(), new Dot(author.replica(), firstN + entries.size()), 0, null));
            }
        }
        entries.forEach(entry -> dots.add(entry.dot()));
        return entries;
    }

    // A counter cannot forget increments, which the relay may have folded meanwhile, so it counts back.
    private long increment() {
        return supersedesAll && isCounter() && view != null ? amount - view.sum() : amount;
    }

    private boolean isCounter() {
        return name.kind().equals(Kind.COUNTER);
    }

    private void supersede(@Nullable Field observed, DotSet.Builder dots) {
        if (observed == null || isCounter()) {
            return;
        }
        for (Entry entry : observed.entries()) {
            Value key = entry.key();
            if (supersedesAll || (key != null && elements.containsKey(key))) {
                dots.add(entry.dot());
            }
        }
    }
}
