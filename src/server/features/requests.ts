// The requests beyond the Language Server Protocol: what can be run, the shape table, names of activations.

import {
  editorRequests,
  type FileParams,
  type ModelsResult,
  type NamesResult,
  type ShapeTableResult,
} from "../../protocol/editor";
import { namedLines } from "../report/names";
import { shapeTable } from "../report/shapeTable";
import { type Feature } from "../session";

export const registerRequests: Feature = ({ connection, project }) => {
  connection.onRequest(editorRequests.models, async ({ uri }: FileParams): Promise<ModelsResult> => {
    const analysis = await project.analyse(uri);
    return { models: analysis?.facts.models ?? [] };
  });
  connection.onRequest(editorRequests.shapeTable, async ({ uri }: FileParams): Promise<ShapeTableResult> => {
    const analysis = await project.analyse(uri);
    return { markdown: analysis ? shapeTable(analysis.facts, analysis.document) : "" };
  });
  connection.onRequest(editorRequests.names, async ({ uri }: FileParams): Promise<NamesResult> => {
    const analysis = await project.analyse(uri);
    return { names: analysis ? namedLines(analysis.facts, analysis.document) : [] };
  });
  return {};
};
