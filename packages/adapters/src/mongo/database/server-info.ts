import type { ServiceInfo } from "@crm-engine/core/ports";
import type { Document, MongoClient } from "mongodb";

const ONE_SERVER = "This MongoDB is a single server: a majority is one machine, and what it acknowledged is lost with its disk.";

/** What the server really is: others speak MongoDB's protocol too, and answer with the version that they imitate. */
export async function serverInfo(client: MongoClient): Promise<ServiceInfo> {
  const admin = client.db("admin");
  const [build, hello] = await Promise.all([admin.command({ buildInfo: 1 }), admin.command({ hello: 1 })]);
  const isOneServer = hello.setName === undefined && hello.msg !== "isdbgrid";
  return { ...nameOf(build), durable: true, warnings: isOneServer ? [ONE_SERVER] : [] };
}

function nameOf(build: Document): Pick<ServiceInfo, "name" | "version"> {
  const version = String(build.version);
  if (build.ferretdb !== undefined) return { name: "FerretDB (speaks MongoDB's protocol)", version: `answers as ${version}` };
  if (build.gitVersion === "documentdb")
    return { name: "DocumentDB (speaks MongoDB's protocol)", version: `answers as ${version}` };
  return { name: "MongoDB", version };
}
