package io.anabranch.relay.scope;

import io.anabranch.crdt.Value;
import io.anabranch.proto.Grant;
import io.anabranch.proto.GrantedParameter;
import io.anabranch.proto.GrantedRecords;
import io.anabranch.proto.GrantedValue;
import io.anabranch.relay.scope.clause.ClauseException;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What rules come to for one user on one device, as text that another device can evaluate. */
final class GrantText {

    private final Configuration configuration;
    private final Subject subject;
    private final Profile profile;
    private final Grant.Builder grant = Grant.newBuilder();
    private final Set<Operand.Parameter> parameters = new LinkedHashSet<>();

    GrantText(Configuration configuration, Subject subject) {
        this.configuration = configuration;
        this.subject = subject;
        this.profile = configuration.profileOf(subject.account());
    }

    /** Records and parameters; nothing for who is not active. */
    Grant.Builder write() {
        if (!subject.account().active()) {
            return grant;
        }
        RuleConditions conditions = new RuleConditions(configuration, profile, subject.deviceType());
        if (configuration.rules().isEmpty()) {
            withoutRules(conditions);
        }
        for (ScopeRule rule : conditions.rules()) {
            try {
                add(
                        rule.type(),
                        conditions.of(rule),
                        GrantTable.visible(profile, rule.type(), GrantTable.columns(rule)));
                conditions.ofParents(rule).ifPresent(condition -> {
                    String parent = conditions.parentType(rule);
                    add(parent, condition, GrantTable.visible(profile, parent, Columns.ALL));
                });
            } catch (ClauseException e) {
                // Such a rule gives nothing by the relay either, which tells its administrators.
            }
        }
        for (Operand.Parameter parameter : parameters) {
            GrantedParameter.Builder bound = GrantedParameter.newBuilder().setName(parameter.text());
            subject.parameter(parameter).forEach(value -> bound.addValues(value(value)));
            grant.addParameters(bound);
        }
        return grant;
    }

    private void withoutRules(RuleConditions conditions) {
        if (GrantTable.seesAll(profile)) {
            grant.addRecords(GrantedRecords.newBuilder().setExcluding(true));
            return;
        }
        for (Map.Entry<String, TypeAccess> type : new TreeMap<>(profile.types()).entrySet()) {
            if (type.getValue().read()) {
                Condition readable = conditions.readable(type.getKey());
                add(type.getKey(), readable, GrantTable.visible(profile, type.getKey(), Columns.ALL));
            }
        }
    }

    private void add(String type, Condition condition, Columns columns) {
        parameters.addAll(Mentions.of(condition).parameters());
        grant.addRecords(GrantedRecords.newBuilder()
                .setType(type)
                .setWhere(isAlways(condition) ? "" : condition.text())
                .addAllFields(List.copyOf(columns.names()))
                .setExcluding(columns.excluding()));
    }

    private static boolean isAlways(Condition condition) {
        return condition instanceof Condition.Constant constant && constant.truth() == Truth.TRUE;
    }

    private static GrantedValue value(Value value) {
        GrantedValue.Builder message = GrantedValue.newBuilder();
        if (value instanceof Value.Whole whole) {
            message.setWhole(whole.number());
        } else if (value instanceof Value.Real real) {
            message.setReal(real.number());
        } else if (value instanceof Value.Bool bool) {
            message.setTruth(bool.bool());
        } else {
            message.setText(value.toString());
        }
        return message.build();
    }
}
