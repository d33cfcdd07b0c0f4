using System.Text.Json.Serialization;

namespace ModelScan.WebConsole.Feeds;

/// <summary>Texts as JSON.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TailJson : JsonSerializerContext;
