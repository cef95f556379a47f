import { COMMUNICATION_PATHS } from "./communication-paths.fixture.js";
import { COORDINATION_PATHS } from "./coordination-paths.fixture.js";
import { CUSTOMER_PATHS } from "./customer-paths.fixture.js";
import { VERSIONED_PATHS } from "./versioned-paths.fixture.js";
import type { WritePath } from "./write-path.fixture.js";

export const WRITE_PATHS: readonly WritePath[] = [
  ...CUSTOMER_PATHS,
  ...COMMUNICATION_PATHS,
  ...COORDINATION_PATHS,
  ...VERSIONED_PATHS,
];
