import { isSessionError } from '../src/index.ts';

/** The status of a response, or the code of the error with which the session has refused the request. */
export async function outcomeOf(request: Promise<Response>): Promise<number | string> {
  try {
    const response = await request;
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return isSessionError(error) ? String(error.code) : String(error);
  }
}
