@org.jspecify.annotations.NullMarked
package io.anabranch.replica.query;
