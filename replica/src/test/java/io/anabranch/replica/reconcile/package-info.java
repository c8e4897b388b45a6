/** Tests of set reconciliation. */
@org.jspecify.annotations.NullMarked
package io.anabranch.replica.reconcile;
