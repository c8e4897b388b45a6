package io.anabranch.relay.cli;

import io.anabranch.relay.declaration.DeclarationPlan;
import io.anabranch.relay.declaration.DeclarationPlan.Action;
import io.anabranch.relay.declaration.DeclarationPlan.Part;
import io.anabranch.relay.declaration.DeclarationPlan.Step;
import io.anabranch.replica.schema.ConfigurationType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** A plan, for people and for programs. */
final class PlanText {

    private static final int SHOWN_LENGTH_MAX = 100;

    private final DeclarationPlan plan;
    private final ToLongFunction<String> liveRecords;

    /** @param liveRecords how many records there are of a type */
    PlanText(DeclarationPlan plan, ToLongFunction<String> liveRecords) {
        this.plan = plan;
        this.liveRecords = liveRecords;
    }

    /** A line for each thing and, where it is not new, for each part of it that becomes different. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Step step : plan.steps()) {
            lines.add(sign(step.action()) + " " + step.section() + "." + step.name() + affected(step));
            if (step.action() == Action.CHANGE) {
                step.parts().forEach(part -> lines.add("    " + line(part)));
            }
        }
        if (plan.steps().isEmpty()) {
            lines.add("Nothing changes.");
        }
        if (!plan.kept().isEmpty()) {
            lines.add("Not in the file, and kept (--prune removes them): " + String.join(", ", plan.kept()));
        }
        return lines;
    }

    private String affected(Step step) {
        boolean isType = step.edit().type() == ConfigurationType.TYPE;
        long records = isType ? liveRecords.applyAsLong(step.name()) : 0;
        return records == 0
                ? ""
                : String.format(Locale.ROOT, "  (%,d %s)", records, records == 1 ? "record" : "records");
    }

    private static String line(Part part) {
        String line = sign(part.action()) + " " + part.name();
        return switch (part.action()) {
            case ADD -> line + ": " + shown(part.after());
            case CHANGE -> line + ": " + shown(part.before()) + " -> " + shown(part.after());
            case REMOVE -> line;
        };
    }

    private static String sign(Action action) {
        return switch (action) {
            case ADD -> "+";
            case CHANGE -> "~";
            case REMOVE -> "-";
        };
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_LENGTH_MAX ? line : line.substring(0, SHOWN_LENGTH_MAX) + "…";
    }

    /** One object; it says whether the changes are made and whether they are in effect. */
    String json(boolean applied, boolean inEffect) {
        JsonArray steps = new JsonArray();
        for (Step step : plan.steps()) {
            JsonArray parts = new JsonArray();
            step.parts()
                    .forEach(part -> parts.add(new JsonObject()
                            .put("name", part.name())
                            .put("action", word(part.action()))
                            .put("before", part.before())
                            .put("after", part.after())));
            JsonObject object = new JsonObject()
                    .put("section", step.section())
                    .put("name", step.name())
                    .put("action", word(step.action()))
                    .put("parts", parts);
            if (step.edit().type() == ConfigurationType.TYPE) {
                object.put("records", liveRecords.applyAsLong(step.name()));
            }
            steps.add(object);
        }
        return new JsonObject()
                .put("applied", applied)
                .put("inEffect", inEffect)
                .put("changes", steps)
                .put("kept", new JsonArray(plan.kept()))
                .encode();
    }

    private static String word(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }
}
