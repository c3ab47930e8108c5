import * as protocol from 'oauth4webapi';
import { AuthorizationError } from './authorizationError.ts';

/** Describes an error of the protocol library without the response that it carries. */
export function readError(error: unknown): unknown {
  if (error instanceof protocol.AuthorizationResponseError || error instanceof protocol.ResponseBodyError) {
    const { error: code, error_description: description } = error;
    return new AuthorizationError(code, `The provider refused: ${code}`, description ?? null);
  }
  // These messages name the field or the claim, and not its value.
  if (
    error instanceof protocol.OperationProcessingError ||
    error instanceof protocol.UnsupportedOperationError
  )
    return new AuthorizationError(
      error.code ?? 'invalid_response',
      `The provider's response was refused: ${error.message}`,
    );
  return error;
}
