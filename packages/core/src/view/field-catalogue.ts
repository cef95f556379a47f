import { z } from "zod";
import type { FieldCatalogue } from "../query/language/catalogue.js";

export const fieldCatalogueViewSchema = z
  .custom<FieldCatalogue>()
  .meta({ id: "FieldCatalogue", type: "object", description: "What rules can name, with the types and operators of each." });
