using System.Text.Json;

namespace ModelScan.MetricsMock.Models;

/// <summary>
/// The body of <c>PUT /models/{name}</c>: a field that is absent stays as it is, one that is <c>null</c> is cleared.
/// <code>
/// {"latency_seconds": 0.2, "input_per_million": 1, "failure": {"kind": "rate_limit", "retry_after_seconds": 2, "times": 1}}
/// </code>
/// </summary>
internal sealed class ModelPatch
{
    private readonly List<Func<MockModel, MockModel>> _changes = [];

    /// <summary>Reads and checks a body.</summary>
    /// <exception cref="InvalidFieldException">The body is not JSON of this shape, or a value is out of its range.</exception>
    public static ModelPatch Parse(ReadOnlyMemory<byte> body)
    {
        using var document = ReadDocument(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InvalidFieldException("", "The body has to be a JSON object.");

        var patch = new ModelPatch();
        foreach (var property in document.RootElement.EnumerateObject())
            patch._changes.Add(ReadChange(property.Name, property.Value));
        return patch;
    }

    /// <summary>The model with these changes.</summary>
    public MockModel Apply(MockModel model) => _changes.Aggregate(model, (changed, change) => change(changed));

    private static JsonDocument ReadDocument(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new InvalidFieldException("", $"The body is not valid JSON: {exception.Message}");
        }
    }

    private static Func<MockModel, MockModel> ReadChange(string field, JsonElement value)
    {
        switch (field)
        {
            case "latency_seconds":
                var latency = (double?)Number(field, value, 3600);
                return model => model with { LatencySeconds = latency };
            case "input_per_million":
                var input = Number(field, value, 1_000_000);
                return model => model with { InputPerMillion = input };
            case "output_per_million":
                var output = Number(field, value, 1_000_000);
                return model => model with { OutputPerMillion = output };
            case "cached_input_per_million":
                var cached = Number(field, value, 1_000_000);
                return model => model with { CachedInputPerMillion = cached };
            case "failure":
                var failure = ReadFailure(value);
                return model => model with { Failure = failure };
            default:
                throw new InvalidFieldException(field, "There is no such field.");
        }
    }

    private static ModelFailure? ReadFailure(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw new InvalidFieldException("failure", "Has to be an object or null.");

        var kindName = value.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString()! : "";
        FailureKind? failureKind = ModelFailure.KindsByName.TryGetValue(kindName, out var known) ? known : null;
        if (failureKind is null && kindName is not "none")
            throw new InvalidFieldException("failure.kind", $"Has to be none, {string.Join(", ", ModelFailure.KindsByName.Keys)}.");

        var failure = new ModelFailure(failureKind ?? default);
        foreach (var property in value.EnumerateObject())
        {
            var field = $"failure.{property.Name}";
            failure = property.Name switch
            {
                "kind" => failure,
                "retry_after_seconds" => failure with { RetryAfterSeconds = WholeNumber(field, property.Value, 0, 86_400) },
                "status" => failure with { Status = WholeNumber(field, property.Value, 400, 599) },
                "after_chunks" => failure with { AfterChunks = WholeNumber(field, property.Value, 0, 10_000) },
                "times" => failure with { Times = WholeNumber(field, property.Value, 1, 1_000_000) },
                _ => throw new InvalidFieldException(field, "There is no such field."),
            };
        }

        if (failure.Status is not null && !failure.HasStatus)
            throw new InvalidFieldException("failure.status", $"{kindName} has no status of its own.");
        return failureKind is null ? null : failure;
    }

    private static decimal? Number(string field, JsonElement value, decimal max)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number >= 0 && number <= max
            ? number
            : throw new InvalidFieldException(field, $"Has to be a number from 0 to {max}, or null.");
    }

    private static int? WholeNumber(string field, JsonElement value, int min, int max)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw new InvalidFieldException(field, $"Has to be a whole number from {min} to {max}, or null.");
    }
}
