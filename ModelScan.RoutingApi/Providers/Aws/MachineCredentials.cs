using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace ModelScan.RoutingApi.Providers.Aws;

/// <summary>There are no AWS credentials where they were looked for.</summary>
internal sealed class NoAwsCredentialsException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>
/// The AWS credentials of this machine: those of a profile, or the first that the SDK's chain finds (environment, default profile, web
/// identity, container role, instance role).
/// </summary>
/// <remarks>
/// The chain is gone through once, for all requests that wait for it together, and again in the background every minute, so that changed files are
/// noticed. Temporary credentials are renewed by the SDK in the background before they expire. What was not found is not looked
/// for again for a quarter of a minute: asking for an instance's role where there is none takes a second, and every request would.
/// </remarks>
/// <param name="profile">The profile; <see langword="null"/> for the chain.</param>
/// <param name="time">The clock.</param>
internal sealed class MachineCredentials(string? profile, TimeProvider time)
{
    /// <summary>How long a request waits for credentials at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailureFreshness = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private Task<AWSCredentials>? _found;
    private Task<AWSCredentials>? _looking;
    private long _lookedAt;

    /// <summary>The credentials as they are now.</summary>
    /// <exception cref="NoAwsCredentialsException">There are none, or whoever hands them out does not answer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var credentials = await Find().WaitAsync(Patience, time, cancellationToken);
            return await credentials.GetCredentialsAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is AmazonClientException or TimeoutException or InvalidOperationException or ArgumentException or IOException or WebException or HttpRequestException)
        {
            throw new NoAwsCredentialsException(exception.Message, exception);
        }
    }

    // What was found before is good until something newer is found.
    private Task<AWSCredentials> Find()
    {
        lock (_lock)
        {
            if (_looking is { IsCompletedSuccessfully: true })
                _found = _looking;
            var freshness = _looking is { IsFaulted: true } && _found is null ? FailureFreshness : Freshness;
            if (_looking is null || (_looking.IsCompleted && time.GetElapsedTime(_lookedAt) >= freshness))
            {
                _lookedAt = time.GetTimestamp();
                _looking = Task.Run(LookAsync);
            }

            return _found ?? _looking;
        }
    }

    private async Task<AWSCredentials> LookAsync()
    {
        if (profile is null)
            return await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null);
        return new CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var credentials)
            ? credentials
            : throw new NoAwsCredentialsException($"there is no profile {profile} with credentials");
    }
}
