using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>The links to show for a resource: its endpoints, as changed and added to by <c>WithUrlForEndpoint</c>.</summary>
internal static class ResourceLinks
{
    public static IReadOnlyList<ResourceUrlAnnotation> Of(IResource resource)
    {
        if (resource is not IResourceWithEndpoints owner)
        {
            return [];
        }

        List<ResourceUrlAnnotation> links =
        [
            .. resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => new ResourceUrlAnnotation
            {
                Url = endpoint.AllocatedEndpoint!.UriString,
                Endpoint = new EndpointReference(owner, endpoint.Name),
            }),
        ];
        foreach (var change in resource.Annotations.OfType<ResourceUrlCallbackAnnotation>())
        {
            change.Callback(links);
        }

        foreach (var link in links.Where(link => link.Url.StartsWith('/') && link.Endpoint is not null))
        {
            link.Url = link.Endpoint!.Url + link.Url;
        }

        return links;
    }
}
