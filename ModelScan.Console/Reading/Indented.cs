using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelScan.WebConsole.Reading;

/// <summary>JSON as people read it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
internal sealed partial class Indented : JsonSerializerContext;
