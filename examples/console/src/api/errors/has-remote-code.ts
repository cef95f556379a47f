import { RemoteError, type RemoteErrorCode } from "@crm-engine/client";

export function hasRemoteCode(error: unknown, code: RemoteErrorCode): boolean {
  return error instanceof RemoteError && error.code === code;
}
