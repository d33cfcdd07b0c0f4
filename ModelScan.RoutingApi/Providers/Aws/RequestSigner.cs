using System.Collections.Concurrent;
using Amazon.Runtime;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Providers.Aws;

/// <summary>Signs requests to providers that want AWS signatures, with configured keys or the machine's credentials.</summary>
internal sealed partial class RequestSigner(TimeProvider time, ILogger<RequestSigner> logger)
{
    // By profile: as many as configurations name.
    private readonly ConcurrentDictionary<string, MachineCredentials> _machine = new(StringComparer.Ordinal);

    /// <summary>Signs a request, which is not to be changed afterwards.</summary>
    /// <param name="message">The request.</param>
    /// <param name="target">The model that it is for; one that is <see cref="ModelTarget.IsSigned"/>.</param>
    /// <param name="bodyHash">SHA-256 of the body.</param>
    /// <param name="cancellationToken">Ends the wait for credentials.</param>
    /// <returns>Why it could not be signed; else <see langword="null"/>.</returns>
    public async ValueTask<ClientError?> SignAsync(HttpRequestMessage message, ModelTarget target, byte[] bodyHash, CancellationToken cancellationToken)
    {
        var aws = target.Config.Aws!;
        ImmutableCredentials credentials;
        try
        {
            credentials = aws is { AccessKeyId: { Length: > 0 } id, SecretAccessKey: { Length: > 0 } secret }
                ? new ImmutableCredentials(id, secret, string.IsNullOrEmpty(aws.SessionToken) ? null : aws.SessionToken)
                : await _machine.GetOrAdd(aws.Profile ?? "", static (profile, time) => new MachineCredentials(profile.Length == 0 ? null : profile, time), time).GetAsync(cancellationToken);
        }
        catch (NoAwsCredentialsException exception)
        {
            // What was tried is for the operator: it names files and addresses.
            Log.NoCredentials(logger, target.Name, exception.Message);
            return Missing(target.Config);
        }

        RequestSignature.Sign(message, message.Content is null ? null : bodyHash, credentials, aws.Region, target.Api.SigningName!, time.GetUtcNow());
        return null;
    }

    private static ClientError Missing(ModelProviderConfig config) => new(
        StatusCodes.Status401Unauthorized,
        $"no AWS credentials for provider {config.Provider}: "
            + (config.Aws?.Profile is { } profile ? $"the profile {profile} has none" : "neither environment, default profile, container nor instance role has any")
            + "; set access_key, or aws.access_key_id and aws.secret_access_key, or aws.profile there",
        "AccessKeyMissing");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No AWS credentials for {Model}: {Reason}")]
        public static partial void NoCredentials(ILogger logger, string model, string reason);
    }
}
