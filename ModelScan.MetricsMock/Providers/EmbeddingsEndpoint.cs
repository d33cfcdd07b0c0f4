using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers;

/// <summary>
/// OpenAI's embeddings (https://platform.openai.com/docs/api-reference/embeddings), of any model: a text's vector counts its words, each in a
/// place that its letters decide, so that texts with words in common lie close to each other. The same text has the same vector.
/// </summary>
internal static class EmbeddingsEndpoint
{
    private const int Dimensions = 64;
    private const int MostTexts = 2048;

    public static async Task AnswerAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            await Answer(document.RootElement).ToResult().ExecuteAsync(context);
        }
        catch (Exception exception) when (exception is JsonException or InvalidFieldException)
        {
            var (status, body) = OpenAiErrors.Describe(new ProviderError(ProviderErrorKind.InvalidRequest, exception is InvalidFieldException ? exception.Message : "The body is not JSON.") { Field = (exception as InvalidFieldException)?.Field });
            await body.ToResult(status).ExecuteAsync(context);
        }
    }

    private static JsonObject Answer(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.String)
            throw new InvalidFieldException("model", "you must provide a model parameter");
        var texts = TextsOf(request.TryGetProperty("input", out var input) ? input : default);
        var isEncoded = request.TryGetProperty("encoding_format", out var format) && format.ValueEquals("base64"u8);
        var tokens = texts.Sum(text => Math.Max(1, text.Length / 4));
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. texts.Select((text, index) => (JsonNode)new JsonObject { ["object"] = "embedding", ["index"] = index, ["embedding"] = Written(VectorOf(text), isEncoded) })]),
            ["model"] = model.GetString(),
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        };
    }

    private static List<string> TextsOf(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String => [input.GetString()!],
        JsonValueKind.Array when input.GetArrayLength() is > 0 and <= MostTexts => [.. input.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText())],
        _ => throw new InvalidFieldException("input", "must be a text, or an array of one to 2048 of them"),
    };

    private static float[] VectorOf(string text)
    {
        var vector = new float[Dimensions];
        foreach (var word in text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var place = word.Aggregate(17u, (hash, letter) => (hash * 31) + letter);
            vector[place % Dimensions] += 1;
        }

        // A text without words lies somewhere, too.
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        if (length == 0)
            (vector[0], length) = (1, 1);
        return [.. vector.Select(value => value / length)];
    }

    private static JsonNode Written(float[] vector, bool isEncoded)
    {
        if (!isEncoded)
            return new JsonArray([.. vector.Select(value => (JsonNode)value)]);
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return Convert.ToBase64String(bytes);
    }
}
