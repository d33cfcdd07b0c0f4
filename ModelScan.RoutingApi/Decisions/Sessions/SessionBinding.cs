using System.Text.Json.Serialization;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// What a session remembers between two requests. Immutable; each decision makes a new one. Its JSON form (names in snake
/// case) is what a shared store holds.
/// </summary>
public sealed record SessionBinding
{
    /// <summary>Uses that are remembered at most; the least recent one makes room.</summary>
    public const int MaxHistory = 8;

    /// <summary>The model that the last request went to.</summary>
    public required string AnchorModel { get; init; }

    /// <summary>The model that the session began with: what it would have cost to stay there is the budget's baseline.</summary>
    public required string DefaultModel { get; init; }

    /// <summary>The model that the client asked for, aliases resolved; an agent's loop is replayed for the same one only.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>The route that led to the anchor; <see langword="null"/> when none matched and the anchor is the requested model.</summary>
    public string? RouteName { get; init; }

    /// <summary>Hash of the prompt's prefix, 16 hex digits; <see langword="null"/> when unknown.</summary>
    public string? PrefixHash { get; init; }

    /// <summary>When the session was last used, in seconds since 1970-01-01 UTC.</summary>
    public long LastUsed { get; init; }

    /// <summary>Tokens that the anchor's provider said it read from or wrote to its prompt cache; 0 while unknown.</summary>
    public long CachedTokens { get; init; }

    /// <summary>USD that the session's context would have cost so far had it stayed with <see cref="DefaultModel"/>, all of it cached.</summary>
    public double BaselineUsd { get; init; }

    /// <summary>USD spent on switching models.</summary>
    public double SwitchSpendUsd { get; init; }

    /// <summary>Switches since the session was last cold.</summary>
    public int Switches { get; init; }

    /// <summary>The models used lately and what their providers may still have cached; at most <see cref="MaxHistory"/>.</summary>
    public IReadOnlyList<ModelUse> History { get; init; } = [];

    /// <summary>USD that the session's requests have cost, as far as their usage was reported.</summary>
    public double SessionCostUsd { get; init; }

    /// <summary>The use of <paramref name="model"/> that the history holds, if any.</summary>
    public ModelUse? UseOf(string model)
    {
        for (var i = 0; i < History.Count; i++)
        {
            if (string.Equals(History[i].Model, model, StringComparison.Ordinal))
                return History[i];
        }

        return null;
    }

    /// <summary>Writes the JSON form.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SessionBindingJson.Default.SessionBinding);

    /// <summary>Reads the JSON form; unknown members are ignored.</summary>
    /// <returns>The binding, or <see langword="null"/> where <paramref name="utf8"/> is not one.</returns>
    public static SessionBinding? FromJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var binding = JsonSerializer.Deserialize(utf8, SessionBindingJson.Default.SessionBinding);
            if (binding is not { AnchorModel: not null, DefaultModel: not null }
                || !double.IsFinite(binding.BaselineUsd + binding.SwitchSpendUsd + binding.SessionCostUsd))
            {
                return null;
            }

            // A missing member leaves even a list null: the generated reader knows no initialisers.
            IReadOnlyList<ModelUse>? history = binding.History;
            if (history is null)
                return binding with { History = [] };
            return history.All(use => use is { Model: not null }) ? binding : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One use of a model within a session.</summary>
/// <param name="Model">The model.</param>
/// <param name="LastUsed">When, in seconds since 1970-01-01 UTC.</param>
/// <param name="CachedTokens">Tokens of the session's context that its provider may have cached then.</param>
public sealed record ModelUse(string Model, long LastUsed, long CachedTokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionBinding))]
internal sealed partial class SessionBindingJson : JsonSerializerContext;
