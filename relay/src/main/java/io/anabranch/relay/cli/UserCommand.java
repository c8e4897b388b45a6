package io.anabranch.relay.cli;

import io.anabranch.proto.User;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay user}: the people whose devices sync. */
@Command(
        name = "user",
        description = "Add, change and list users.",
        mixinStandardHelpOptions = true,
        subcommands = {UserCommand.Add.class, UserCommand.Set.class, UserCommand.ListAll.class})
final class UserCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: add, set or list.");
    }

    /** What is said of a user on the command line. */
    private static final class Properties {

        @Option(
                names = "--attr",
                paramLabel = "NAME=VALUE",
                description = "An attribute, such as territory=West; may be repeated. An empty value removes it.")
        private Map<String, String> attributes = new LinkedHashMap<>();

        @Option(names = "--profile", paramLabel = "PROFILE", description = "The user's profile.")
        private @Nullable String profile;

        private User appliedTo(User user) {
            User.Builder changed = user.toBuilder();
            attributes.forEach((name, value) -> {
                if (value.isEmpty()) {
                    changed.removeAttributes(name);
                } else {
                    changed.putAttributes(name, value);
                }
            });
            if (profile != null) {
                changed.setProfile(profile);
            }
            return changed.build();
        }
    }

    private static Optional<User> find(Administrator administrator, String name) {
        return administrator.listUsers().stream()
                .filter(user -> user.getName().equals(name))
                .findFirst();
    }

    @Command(name = "add", description = "Add a user.", mixinStandardHelpOptions = true)
    static final class Add extends RelayTask {

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Mixin
        private Properties properties = new Properties();

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(true)) {
                if (find(administrator, name).isPresent()) {
                    throw new CommandFailedException(
                            "There is a user of this name: " + name + ". Change it with: user set " + name);
                }
                administrator.putUser(
                        properties.appliedTo(User.newBuilder().setName(name).build()));
            }
        }
    }

    @Command(
            name = "set",
            description = "Change a user's attributes or profile; what is not named stays as it is.",
            mixinStandardHelpOptions = true)
    static final class Set extends RelayTask {

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Mixin
        private Properties properties = new Properties();

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                User user = find(administrator, name)
                        .orElseThrow(() -> new CommandFailedException(
                                "There is no user of this name: " + name + ". Add it with: user add " + name));
                administrator.putUser(properties.appliedTo(user));
            }
        }
    }

    @Command(name = "list", description = "List the users, by name.", mixinStandardHelpOptions = true)
    static final class ListAll extends RelayTask {

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                List<User> users = administrator.listUsers();
                if (json) {
                    users.forEach(user -> print(json(user)));
                } else {
                    new TextTable("NAME", "PROFILE", "ATTRIBUTES")
                            .rows(users, user -> List.of(user.getName(), user.getProfile(), attributes(user)))
                            .lines()
                            .forEach(this::print);
                }
            }
        }

        private static String json(User user) {
            JsonObject attributes = new JsonObject();
            new TreeMap<>(user.getAttributesMap()).forEach(attributes::put);
            return new JsonObject()
                    .put("name", user.getName())
                    .put("profile", user.getProfile())
                    .put("attributes", attributes)
                    .encode();
        }

        private static String attributes(User user) {
            return new TreeMap<>(user.getAttributesMap())
                    .entrySet().stream()
                            .map(attribute -> attribute.getKey() + "=" + attribute.getValue())
                            .collect(Collectors.joining(" "));
        }
    }
}
