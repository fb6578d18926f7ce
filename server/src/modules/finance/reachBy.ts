import { problem, ProblemError } from '../../core/problem.ts'

/** What a body names must be in sight: where it is not, the refusal says by which field. */
export async function reachBy(field: string, reach: Promise<void>): Promise<void> {
  try {
    await reach
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw problem(error.code, error.message, { errors: [{ field, message: error.message }] })
  }
}
