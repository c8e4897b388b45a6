/** Tests of this package. */
@org.jspecify.annotations.NullMarked
package io.anabranch.relay.configuration;
