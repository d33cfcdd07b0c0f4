using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Says to subscription services which kind of client is asking, as they require it (<see cref="ProviderApi.Identify"/>). A client that
/// says so itself is left alone, and the entry's own <c>headers</c> come last.
/// </summary>
internal sealed class ClientIdentity(IConfiguration configuration, Random random)
{
    /// <summary>Adds what <paramref name="target"/>'s service asks for.</summary>
    /// <param name="headers">The provider's request, with the client's headers in it.</param>
    /// <param name="target">The model.</param>
    /// <param name="conversation">The session that the request belongs to; <see langword="null"/> for none.</param>
    public void Apply(HttpRequestHeaders headers, ModelTarget target, string? conversation) =>
        target.Api.Identify?.Invoke(headers, new ClientFacts(configuration, () => SessionOf(conversation)));

    // The turns of one conversation share it.
    private Guid SessionOf(string? conversation)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (conversation is null)
            random.NextBytes(bytes);
        else
            SHA256.HashData(Encoding.UTF8.GetBytes(conversation), bytes);
        return new Guid(bytes[..16]);
    }
}
