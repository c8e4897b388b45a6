package io.anabranch.relay.declaration;

import io.anabranch.relay.configuration.Problem.Place;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Makes a tree of the parser's events. Refuses what such a file has no use for and what could make a small text large: aliases, several
 * documents, deep nesting.
 */
final class YamlReader {

    /** Longest text, in code points. */
    static final int LENGTH_MAX = 4 << 20;

    private static final int DEPTH_MAX = 20;

    private final String text;
    private final Iterator<Event> events;

    private YamlReader(String text, Iterator<Event> events) {
        this.text = text;
        this.events = events;
    }

    /**
     * The tree of a text; empty for a document that says nothing.
     *
     * @throws DeclarationException if it is not one document of YAML
     */
    static Optional<Yaml> read(String text) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(LENGTH_MAX).build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            return new YamlReader(text, events).document();
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(mark -> place(mark)).orElse(Place.START);
            throw new DeclarationException(place, "this is not YAML: " + oneLine(e.getProblem()) + context(e));
        } catch (YamlEngineException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new DeclarationException(Place.START, "this is not YAML: " + oneLine(e.getMessage()));
        }
    }

    private static String context(MarkedYamlEngineException e) {
        return e.getContextMark()
                .map(YamlReader::place)
                .map(place -> ", " + oneLine(e.getContext()) + " from " + place.line() + ":" + place.column())
                .orElse("");
    }

    private static String oneLine(@Nullable Object message) {
        return String.valueOf(message).replaceAll("\\s+", " ");
    }

    private Optional<Yaml> document() {
        Optional<Yaml> root = Optional.empty();
        boolean begun = false;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (begun) {
                        throw new DeclarationException(place(event), "there is a second document; write one");
                    }
                    begun = true;
                    root = Optional.of(node(events.next(), 1));
                }
                default -> {}
            }
        }
        return root.filter(node -> !(node instanceof Yaml.Scalar scalar && scalar.isNull()));
    }

    private Yaml node(Event event, int depth) {
        if (depth > DEPTH_MAX) {
            throw new DeclarationException(place(event), "this is nested too deep");
        } else if (event instanceof ScalarEvent scalar) {
            return scalar(scalar);
        } else if (event instanceof MappingStartEvent) {
            return mapping(event, depth);
        } else if (event instanceof SequenceStartEvent) {
            return sequence(event, depth);
        } else if (event instanceof AliasEvent) {
            throw new DeclarationException(place(event), "aliases are not read; write it out");
        }
        throw new DeclarationException(place(event), "this is not YAML");
    }

    private Yaml mapping(Event start, int depth) {
        List<Yaml.Entry> entries = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            Yaml key = node(event, depth + 1);
            if (!(key instanceof Yaml.Scalar name)) {
                throw new DeclarationException(key.place(), "a name is a text");
            }
            entries.add(new Yaml.Entry(name, node(events.next(), depth + 1)));
        }
        return new Yaml.Mapping(place(start), entries);
    }

    private Yaml sequence(Event start, int depth) {
        List<Yaml> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new Yaml.Sequence(place(start), items);
    }

    private Yaml scalar(ScalarEvent event) {
        Place place = place(event);
        ScalarStyle style = event.getScalarStyle();
        boolean block = style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED;
        Place textPlace = block
                ? new Place(place.line() + 1, indent(place.line()) + 1)
                : new Place(place.line(), place.column() + (style == ScalarStyle.PLAIN ? 0 : 1));
        boolean oneLine = event.getEndMark().map(Mark::getLine).orElse(-1) == place.line() - 1;
        boolean asWritten = style == ScalarStyle.LITERAL || (!block && oneLine);
        return new Yaml.Scalar(place, event.isPlain(), event.getValue(), textPlace, asWritten);
    }

    /** How far the line after one is indented. */
    private int indent(int lineBefore) {
        String line = text.lines().skip(lineBefore).findFirst().orElse("");
        return line.length() - line.stripLeading().length();
    }

    private Place place(Event event) {
        return event.getStartMark().map(mark -> place(mark)).orElse(Place.START);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
