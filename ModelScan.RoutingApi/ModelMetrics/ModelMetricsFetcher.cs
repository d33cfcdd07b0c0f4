using System.Net.Http.Headers;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics.Feeds;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>What one successful fetch brought: prices or latencies, according to the source.</summary>
/// <param name="Prices">Prices, of a cost source.</param>
/// <param name="Latencies">Latencies in seconds, of a latency source.</param>
public sealed record ModelMetricsReading(ModelTable<ModelPrice>? Prices, ModelTable<double>? Latencies)
{
    /// <summary>Number of models that have a value.</summary>
    public int Models => Prices?.Models ?? Latencies?.Models ?? 0;
}

/// <summary>Reads a source over HTTP, once. Safe for concurrent use.</summary>
/// <param name="clients">Gives the client <see cref="ClientName"/>; service discovery may sit in its handlers.</param>
/// <param name="time">Clock of the total limit.</param>
/// <param name="models">Learns what the models.dev feed says of models beside their prices; <see langword="null"/> where nobody wants to know.</param>
public sealed class ModelMetricsFetcher(IHttpClientFactory clients, TimeProvider time, ModelCatalogue? models = null)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string ClientName = "model-metrics";

    /// <summary>Most bytes that one fetch takes, decompressed, all pages together: 32 MiB.</summary>
    public const int MaxResponseBytes = 32 << 20;

    /// <summary>Limit on setting up a connection.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Limit on a fetch as a whole: connecting, all its pages, reading.</summary>
    public static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(30);

    // A service name may stand for several addresses of which only some are alive; each attempt asks for the next.
    private const int ConnectAttempts = 3;
    private const int MaxPages = 20;
    private const int ChunkBytes = 64 << 10;

    /// <summary>Fetches and parses a source.</summary>
    /// <param name="source">Any but <see cref="ModelMetricsSourceKind.Observed"/>.</param>
    /// <param name="cancel">Ends the fetch early.</param>
    /// <exception cref="ModelMetricsFetchException">It could not be read, or is empty where it must not be.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public async Task<ModelMetricsReading> FetchAsync(ModelMetricsSourceConfig source, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TotalTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var client = clients.CreateClient(ClientName);
            return source.IsCost
                ? new ModelMetricsReading(await ReadPricesAsync(client, source, either.Token), null)
                : new ModelMetricsReading(null, await ReadLatenciesAsync(client, source, either.Token));
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new ModelMetricsFetchException("timeout", $"no complete answer within {TotalTimeout.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (IsConnectFailure(e, cancel))
        {
            throw new ModelMetricsFetchException("connect", $"no connection after {ConnectAttempts} attempts: {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ModelMetricsFetchException("transfer", $"the transfer broke off: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw ModelMetricsFetchException.Format("the answer is not JSON", e);
        }
    }

    private async Task<ModelTable<ModelPrice>> ReadPricesAsync(HttpClient client, ModelMetricsSourceConfig source, CancellationToken cancel)
    {
        var table = new ModelTableBuilder<ModelPrice>(source.ModelAliases, ModelPrice.InCommon);
        var remaining = MaxResponseBytes;
        var address = source.Url;
        for (var page = 0; page < MaxPages && address is not null; page++)
        {
            var (document, bytes) = await GetAsync(client, source, address, remaining, cancel);
            using (document)
            {
                remaining -= bytes;
                switch (source.Kind)
                {
                    case ModelMetricsSourceKind.DigitalOceanCatalog:
                        DigitalOceanCatalog.Read(document.RootElement, table);
                        address = DigitalOceanCatalog.NextPage(document.RootElement, address);
                        break;
                    case ModelMetricsSourceKind.ModelsDev:
                        ModelsDevCatalog.Read(document.RootElement, table);
                        models?.Refresh(document.RootElement);
                        address = null;
                        break;
                    default:
                        CostEndpoint.Read(document.RootElement, table);
                        address = null;
                        break;
                }
            }
        }

        var prices = table.Build(sharedAmongProviders: true);
        // A price list without a price is a mistake of whoever serves it, and no reason to forget the last one.
        return prices.Models > 0 ? prices : throw ModelMetricsFetchException.Format("the answer holds no price");
    }

    private static async Task<ModelTable<double>> ReadLatenciesAsync(HttpClient client, ModelMetricsSourceConfig source, CancellationToken cancel)
    {
        var table = new ModelTableBuilder<double>(source.ModelAliases, static (a, b) => a.Equals(b) ? a : null);
        var (document, _) = await GetAsync(client, source, PrometheusVector.Address(source), MaxResponseBytes, cancel);
        using (document)
            PrometheusVector.Read(document.RootElement, table);
        return table.Build(sharedAmongProviders: false);
    }

    private static async Task<(JsonDocument Document, int Bytes)> GetAsync(
        HttpClient client, ModelMetricsSourceConfig source, Uri address, int maxBytes, CancellationToken cancel)
    {
        using var response = await SendAsync(client, source, address, cancel);
        if ((int)response.StatusCode is >= 300 and < 400)
            throw new ModelMetricsFetchException("status", $"answered with status {(int)response.StatusCode}: redirects are not followed, give the address itself");
        if (!response.IsSuccessStatusCode)
            throw new ModelMetricsFetchException("status", $"answered with status {(int)response.StatusCode}");
        if (response.Content.Headers.ContentLength > maxBytes)
            throw TooLarge();
        var stream = await response.Content.ReadAsStreamAsync(cancel);
        await using (stream)
        {
            using var body = new MemoryStream();
            var chunk = new byte[ChunkBytes];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancel)) > 0)
            {
                if (body.Length + read > maxBytes)
                    throw TooLarge();
                body.Write(chunk, 0, read);
            }

            body.Position = 0;
            return (await JsonDocument.ParseAsync(body, cancellationToken: cancel), (int)body.Length);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, ModelMetricsSourceConfig source, Uri address, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ModelScan", null));
            if (source.BearerToken is { Length: > 0 } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            try
            {
                return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            }
            catch (Exception e) when (attempt < ConnectAttempts && IsConnectFailure(e, cancel))
            {
                // The next attempt may get another address.
            }
        }
    }

    /// <summary>Whether no connection came about; the handler reports its own connect limit as a cancellation that nobody asked for.</summary>
    private static bool IsConnectFailure(Exception e, CancellationToken cancel) => e switch
    {
        HttpRequestException request => request.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        OperationCanceledException { InnerException: TimeoutException } => !cancel.IsCancellationRequested,
        _ => false,
    };

    private static ModelMetricsFetchException TooLarge() => new("too_large", $"the answer exceeds {MaxResponseBytes >> 20} MiB");
}
