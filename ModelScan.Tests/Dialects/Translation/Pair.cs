using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>A client's format on a provider's.</summary>
public sealed record Pair(ApiFormat Client, ApiFormat Provider)
{
    /// <summary>Every pair that there is a way between.</summary>
    public static IReadOnlyList<Pair> All { get; } =
        [.. from client in ApiFormats.OfClients from provider in Enum.GetValues<ApiFormat>() where Translator.Joins(client, provider) select new Pair(client, provider)];

    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context) => Translator.Translate(Client, Provider, body, context);
}
