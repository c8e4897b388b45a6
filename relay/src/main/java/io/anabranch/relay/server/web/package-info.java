/**
 * The relay's pages over HTTP: the overview of an office, its numbers as JSON, health and metrics.
 *
 * <p>Start with {@link io.anabranch.relay.server.web.WebConsole}. It reads and never changes anything. The pages are made on
 * the server and load nothing from elsewhere; a small script renews the numbers. Names of users and devices are shown to
 * browsers on the relay's own machine and to holders of an administrator's certificate, to nobody else.
 */
@NullMarked
package io.anabranch.relay.server.web;

import org.jspecify.annotations.NullMarked;
