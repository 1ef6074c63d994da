// Keeps the settings as the client has them now.

import { type Connection, DidChangeConfigurationNotification, Emitter, type Event } from "vscode-languageserver";
import { type ClientFacts } from "./clientFacts";
import { readSettings, type Settings } from "./settings";

export class SettingsStore {
  private settings = readSettings(undefined);
  private readonly changed = new Emitter<Settings>();
  private client: ClientFacts | undefined;
  private settle: () => void = () => undefined;

  constructor(private readonly connection: Connection) {
    connection.onDidChangeConfiguration(({ settings }) => {
      const sent: unknown = settings;
      if (this.client?.takesConfigurationRequests) void this.ask();
      else this.set((sent as { shapelens?: unknown } | null | undefined)?.shapelens);
    });
  }

  /** Fulfilled when the client's own settings are known: nothing is shown before, lest it vanish again. */
  readonly ready = new Promise<void>((resolve) => (this.settle = resolve));

  readonly onDidChange: Event<Settings> = this.changed.event;

  get current(): Settings {
    return this.settings;
  }

  /** Takes what the client sent along when it introduced itself. */
  introduce(client: ClientFacts): void {
    this.client = client;
    this.settings = readSettings(client.settings);
  }

  /** Asks for the settings, now that the client answers, and for news of them. */
  start(): void {
    if (this.client?.takesConfigurationRegistration) {
      void this.connection.client.register(DidChangeConfigurationNotification.type, { section: "shapelens" });
    }
    if (this.client?.takesConfigurationRequests) void this.ask().finally(this.settle);
    else this.settle();
  }

  private async ask(): Promise<void> {
    try {
      this.set(await this.connection.workspace.getConfiguration("shapelens"));
    } catch (error) {
      this.connection.console.warn(`The client did not tell its settings: ${String(error)}`);
    }
  }

  private set(section: unknown): void {
    this.settings = readSettings(section);
    this.changed.fire(this.settings);
  }
}
