using System.Text;
using System.Text.Json;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>A row of a vector file: an input, the profile of the provider's model, and what is expected.</summary>
public sealed class Vector(JsonElement row)
{
    public JsonElement Row { get; } = row;

    public string Id => Row.GetProperty("id").GetString()!;

    public string Profile => Row.GetProperty("profile").GetString()!;

    public byte[] Bytes(string name) => Encoding.UTF8.GetBytes(Row.GetProperty(name).GetRawText());

    public JsonElement? Find(string name) => Row.TryGetProperty(name, out var value) ? value : null;

    public IEnumerable<string> Texts(string name) => Row.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    /// <summary>The stream: the lines of events, each data line followed by a blank one.</summary>
    public byte[] Stream()
    {
        var stream = new StringBuilder();
        foreach (var line in Texts("lines"))
            stream.Append(line).Append(line.StartsWith("data", StringComparison.Ordinal) ? "\n\n" : "\n");
        return Encoding.UTF8.GetBytes(stream.ToString());
    }

    public override string ToString() => Id;
}

/// <summary>Loads the vectors of Vectors/*.json; theories take their ids.</summary>
public static class VectorFile
{
    public static TheoryData<string> Ids(string file) => [.. Load(file).Keys];

    public static Vector Find(string file, string id) => Load(file)[id];

    public static Dictionary<string, Vector> Load(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Dialects", "Translation", "Vectors", file);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone().EnumerateArray().Select(row => new Vector(row)).ToDictionary(row => row.Id, StringComparer.Ordinal);
    }
}
