/**
 * Configuration at the relay: how it is changed, and how commits are judged by it.
 *
 * <p>Start with {@link io.anabranch.relay.configuration.ConfigurationDesk}, through which administrators read and change what is in
 * the records of the reserved types; the relay writes those as {@link io.anabranch.relay.configuration.RelayReplica}, by commits like
 * everyone's. {@link io.anabranch.relay.configuration.ConfiguredRule} is the rule of admission that comes of it. What the records mean is
 * in {@code io.anabranch.replica.schema}; {@link io.anabranch.relay.configuration.ConfigurationCheck} says whether it makes sense.
 */
@NullMarked
package io.anabranch.relay.configuration;

import org.jspecify.annotations.NullMarked;
