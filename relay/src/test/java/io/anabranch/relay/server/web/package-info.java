@NullMarked
package io.anabranch.relay.server.web;

import org.jspecify.annotations.NullMarked;
