/** A row an endpoint is tried on. */
export interface Row {
  readonly id: number
  readonly version: number
  /** Another one, where the endpoint takes two. */
  readonly otherId?: number
}
