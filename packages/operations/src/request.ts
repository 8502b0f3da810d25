/** An operation on an area, by their names; a drawn area by the fingerprint of its geometry. */
export interface OperationRequest {
  readonly operation: string;
  readonly area: { readonly table: string; readonly id: string } | { readonly drawn: string };
  /** Which cells lie in the area: those whose centres do. */
  readonly coverage: 'centre';
}
