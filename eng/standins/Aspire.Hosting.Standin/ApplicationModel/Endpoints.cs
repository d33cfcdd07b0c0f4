using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a resource listens. <c>Port</c> is where others reach it, <c>TargetPort</c> where the resource itself listens.</summary>
public sealed class EndpointAnnotation(
    ProtocolType protocol,
    string? uriScheme = null,
    string? name = null,
    int? port = null,
    int? targetPort = null,
    bool? isExternal = null) : IResourceAnnotation
{
    /// <summary>TCP, always.</summary>
    public ProtocolType Protocol { get; } = protocol;

    /// <summary>The scheme of its address, such as <c>http</c>.</summary>
    public string UriScheme { get; set; } = uriScheme ?? "tcp";

    /// <summary>Its name, unique in the resource; the scheme unless given.</summary>
    public string Name { get; set; } = name ?? uriScheme ?? "tcp";

    /// <summary>The fixed port on this machine, or <c>null</c> for any free one.</summary>
    public int? Port { get; set; } = port;

    /// <summary>The port inside the container, or of the process.</summary>
    public int? TargetPort { get; set; } = targetPort;

    /// <summary>Whether it may be reached from outside when published.</summary>
    public bool IsExternal { get; set; } = isExternal ?? false;

    /// <summary>Where it is reached on this machine, once the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    internal string? PortVariable { get; set; }

    internal bool IsUsedByContainer { get; set; }
}

/// <summary>The address of an endpoint on this machine.</summary>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
{
    /// <summary>The endpoint that has this address.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>The host.</summary>
    public string Address { get; } = address;

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; } = port;

    /// <summary>The URL without a trailing slash.</summary>
    public string UriString => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.UriScheme}://{Address}:{Port}");
}

/// <summary>A part of an endpoint's address.</summary>
public enum EndpointProperty
{
    /// <summary>The whole URL.</summary>
    Url = 0,

    /// <summary>The host name.</summary>
    Host = 1,

    /// <summary>The host as an IPv4 address.</summary>
    IPV4Host = 2,

    /// <summary>The port.</summary>
    Port = 3,

    /// <summary>The scheme.</summary>
    Scheme = 4,

    /// <summary>The port on which the resource itself listens.</summary>
    TargetPort = 5,

    /// <summary>Host and port with a colon between.</summary>
    HostAndPort = 6,
}

/// <summary>An endpoint of a resource, whose address is known once the application starts.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; } = owner;

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; } = endpointName;

    /// <summary>Whether the resource has an endpoint of that name.</summary>
    public bool Exists => Find() is not null;

    /// <summary>The endpoint's description.</summary>
    /// <exception cref="InvalidOperationException">The resource has no such endpoint.</exception>
    public EndpointAnnotation EndpointAnnotation =>
        Find() ?? throw new InvalidOperationException($"The resource '{Resource.Name}' has no endpoint '{EndpointName}'.");

    /// <summary>Whether the address is known.</summary>
    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    /// <summary>The scheme.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary>The host on this machine.</summary>
    public string Host => Allocated.Address;

    /// <summary>The port on this machine.</summary>
    public int Port => Allocated.Port;

    /// <summary>The port on which the resource itself listens.</summary>
    public int? TargetPort => EndpointAnnotation.TargetPort;

    /// <summary>The URL on this machine.</summary>
    /// <exception cref="InvalidOperationException">The application has not started yet.</exception>
    public string Url => Allocated.UriString;

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no address before the application starts.");

    /// <summary>A part of the address, to be resolved later.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(context, cancellationToken);

    internal string HostFor(IResource? caller)
    {
        if (caller is not ContainerResource)
        {
            return Host;
        }

        if (Resource is ContainerResource)
        {
            throw new DistributedApplicationException(
                $"The container '{caller.Name}' refers to the container '{Resource.Name}', which takes the real Aspire packages.");
        }

        EndpointAnnotation.IsUsedByContainer = true;
        return caller.Annotations.OfType<HostAliasAnnotation>().LastOrDefault()?.Host ?? "localhost";
    }

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(endpoint => string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A part of an endpoint's address, known once the application starts.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>Which part of its address.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc/>
    public string ValueExpression =>
        $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{Property.ToString().ToLowerInvariant()}}}";

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        GetValueAsync(new ValueProviderContext(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        var host = Endpoint.HostFor(context.Caller);
        var port = Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        return new(Property switch
        {
            EndpointProperty.Url => $"{Endpoint.Scheme}://{host}:{port}",
            EndpointProperty.Host => host,
            EndpointProperty.IPV4Host => host == "localhost" ? "127.0.0.1" : host,
            EndpointProperty.Port => port,
            EndpointProperty.Scheme => Endpoint.Scheme,
            EndpointProperty.TargetPort => (Endpoint.TargetPort ?? Endpoint.Port).ToString(CultureInfo.InvariantCulture),
            EndpointProperty.HostAndPort => $"{host}:{port}",
            _ => throw new InvalidOperationException($"The property {Property} of an endpoint is not known."),
        });
    }
}
