using System.Buffers;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Shows a configuration as JSON with every secret replaced. Values are shown as written, before variables are expanded.</summary>
internal static class MaskedDocument
{
    private const string Mask = "***";
    private const int MaxNodes = 100_000;
    private const int MaxDepth = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    private static readonly string[] SecretKeys = ["key", "token", "secret", "password", "authorization", "connection_string"];
    private static readonly string[] SecretMaps = ["headers", "env", "access_keys"];

    public static string Write(YamlMappingNode document)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, MaxDepth = MaxDepth + 2 }))
        {
            // Aliases may repeat a part of the document many times over, so what is written is bounded.
            var budget = MaxNodes;
            WriteNode(writer, document, secret: false, 0, ref budget);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteNode(Utf8JsonWriter writer, YamlNode node, bool secret, int depth, ref int budget)
    {
        if (--budget < 0 || depth > MaxDepth)
        {
            writer.WriteStringValue("(left out)");
            return;
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.Children)
                {
                    var name = (key as YamlScalarNode)?.Value ?? "";
                    writer.WritePropertyName(name);
                    WriteNode(writer, value, secret || IsSecret(name, value), depth + 1, ref budget);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Children)
                    WriteNode(writer, item, secret, depth + 1, ref budget);
                writer.WriteEndArray();
                break;
            case YamlScalarNode scalar:
                WriteScalar(writer, scalar.Value ?? "", secret);
                break;
        }
    }

    // A value that only names a variable gives nothing away and is worth seeing.
    private static void WriteScalar(Utf8JsonWriter writer, string value, bool secret)
    {
        if (secret && value.Length > 0 && !IsVariable(value))
            writer.WriteStringValue(Mask);
        else
            writer.WriteStringValue(ShownText.Of(value));
    }

    private static bool IsVariable(string value) =>
        value[0] == '$' && value.AsSpan(1).TrimStart('{').TrimEnd('}').IndexOfAnyExcept(NameCharacters) < 0;

    /// <summary>Whether what stands under a key is a secret.</summary>
    public static bool IsSecret(string key, YamlNode value) =>
        value is YamlScalarNode
            ? SecretKeys.Any(secret => key.EndsWith(secret, StringComparison.OrdinalIgnoreCase)) && !key.Equals("tokens", StringComparison.OrdinalIgnoreCase)
            : SecretMaps.Contains(key, StringComparer.OrdinalIgnoreCase);
}
