/** Tests of the configuration and of the check of commits. */
@org.jspecify.annotations.NullMarked
package io.anabranch.replica.schema;
